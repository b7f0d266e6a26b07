"""One iteration of backpropagation as a sequence of stages, down to a single term."""

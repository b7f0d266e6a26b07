"""The microscope: one iteration of the network at hand, walked through number by number."""

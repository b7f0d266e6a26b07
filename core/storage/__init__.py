"""Project files: one HDF5 file per project, written atomically and read without trust."""

import os

# HDF5 loads filter libraries from a folder that the environment names; "::" switches that off. It counts only
# when it is set before h5py is imported, and every module of this package runs after this line.
os.environ["HDF5_PLUGIN_PRELOAD"] = "::"

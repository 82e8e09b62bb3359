# What an install lays down; filled by the executables of this build.

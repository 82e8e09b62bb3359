# Static third-party libraries.
message(FATAL_ERROR "static libraries are not set up yet")

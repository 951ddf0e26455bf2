"""The command line, one module a group of commands. Machine output goes to stdout, everything else to stderr."""

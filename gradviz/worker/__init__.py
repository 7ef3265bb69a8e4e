"""The child process that runs the program of the person."""

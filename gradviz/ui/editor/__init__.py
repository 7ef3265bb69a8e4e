"""The program: a text editor that knows the run."""

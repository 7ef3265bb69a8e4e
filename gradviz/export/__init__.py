"""The picture as a file: one module per format."""

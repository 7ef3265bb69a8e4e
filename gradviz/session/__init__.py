"""What the person has open: document, trace, cursor, selection; no Qt."""

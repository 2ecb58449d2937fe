"""What happens to the paths, one module for each kind of event."""

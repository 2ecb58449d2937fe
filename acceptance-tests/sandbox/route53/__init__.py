"""Route 53: hosted zones, records, changes."""

"""What a test can see and steer: timing, faults, the call log, and the HTTP endpoints for them."""

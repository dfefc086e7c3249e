"""From the packing table to the doorstep."""

"""Word on a member's devices by web push: that there is something, never what it says."""

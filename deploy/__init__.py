"""How Yaji is set up and run. Standard library only: this code runs before anything is installed."""

"""Staff's bulk work, forecast and figures of boxes."""

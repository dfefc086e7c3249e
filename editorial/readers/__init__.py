"""What readers keep of stories: saved, where they stopped, given away; and how often a story is read."""

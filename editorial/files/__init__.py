"""Files of the house: sounds, films, captions, models. Private; handed out by one view that asks for the right."""

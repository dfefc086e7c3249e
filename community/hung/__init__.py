"""What hangs on messages: files, previews of links, cards of our own things."""

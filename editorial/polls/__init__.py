"""Polls inside stories: one vote for each account, to be changed until the poll closes."""

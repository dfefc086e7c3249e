"""What lies in each box: survey, rules, drafts, review."""

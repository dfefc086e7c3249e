"""What happens to money: cards, payments, invoices, subscriptions, checkout."""

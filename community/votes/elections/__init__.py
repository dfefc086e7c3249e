"""Elections: calling, standing, voting, counting."""

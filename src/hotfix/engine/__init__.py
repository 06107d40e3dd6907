"""The only loop: walks a plan, writes every event down before anybody sees it, keeps the budget."""

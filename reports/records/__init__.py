"""Records of tickets that were issued (経緯書): who had one made and why, its file, and the keys
that sign them."""

"""What comes back, as files: what a 舗装修繕計画 begins with."""

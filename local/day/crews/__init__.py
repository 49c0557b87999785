"""A crew's day: hours without signal, a patrol, a contractor's order, a finish by LINE."""

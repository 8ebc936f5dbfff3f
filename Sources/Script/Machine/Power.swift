import Glibc

/// `base ** exponent` on doubles.
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

//! How long a failed job waits: longer each time, never the same for two jobs that failed together.

/// First wait in microseconds.
const FIRST: i64 = 5_000_000;
/// Longest wait in microseconds, before it is spread.
const LONGEST: i64 = 3_600_000_000;

/// Microseconds to wait after that many attempts. `spread`, any number, moves it by up to a fifth either way.
#[must_use]
pub fn delay(attempts: i64, spread: u16) -> i64 {
    let doublings = u32::try_from(attempts.clamp(1, 32) - 1).unwrap_or_default();
    let plain = FIRST
        .saturating_mul(1_i64 << doublings.min(20))
        .min(LONGEST);
    let fifth = plain / 5;
    plain - fifth + 2 * fifth * i64::from(spread) / i64::from(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_an_hour() {
        let middle = u16::MAX / 2;
        let seconds: Vec<i64> = [1, 2, 3, 10, 11, 100]
            .map(|it| (delay(it, middle) + 500_000) / 1_000_000)
            .to_vec();
        assert_eq!(seconds, [5, 10, 20, 2_560, 3_600, 3_600]);
    }

    #[test]
    fn waits_spread_by_a_fifth() {
        assert_eq!((delay(1, 0), delay(1, u16::MAX)), (4_000_000, 6_000_000));
    }
}

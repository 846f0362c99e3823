//! Slips of the pen in a serial: one digit wrong, two swapped, one left out, one too many.

/// One digit wrong, or two neighbours swapped, in numbers of equally many digits.
pub(super) fn slipped(written: u64, meant: u64) -> bool {
    let apart = written.abs_diff(meant);
    if apart == 0 {
        return false;
    }
    let mut step = apart;
    while step.is_multiple_of(10) {
        step /= 10;
    }
    // One digit wrong is some tens apart, two swapped are nine times some tens apart.
    if step > 9 && (!step.is_multiple_of(9) || step > 81) {
        return false;
    }
    let digit = |of: u64, at: u32| of / 10_u64.pow(at) % 10;
    let mut wrong = (0..20).filter(|at| digit(written, *at) != digit(meant, *at));
    match (wrong.next(), wrong.next(), wrong.next()) {
        (Some(_), None, _) => true,
        (Some(i), Some(j), None) => {
            j == i + 1
                && digit(written, i) == digit(meant, j)
                && digit(written, j) == digit(meant, i)
        }
        _ => false,
    }
}

/// One digit left out, or one too many. Without its last digit a number was rather cut off.
pub(super) fn miscounted(written: u64, meant: u64) -> bool {
    let (shorter, longer) = (written.min(meant), written.max(meant));
    let digits = |of: u64| of.checked_ilog10().map_or(1, |tens| tens + 1);
    if digits(longer) != digits(shorter) + 1 || written == meant / 10 {
        return false;
    }
    (0..digits(longer)).any(|at| {
        let step = 10_u64.pow(at);
        longer / step / 10 * step + longer % step == shorter
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_of_one_digit_or_of_two_neighbours() {
        for (written, meant, is_slip) in [
            (4_711, 4_771, true),
            (4_711, 4_171, true),
            (4_711, 4_711, false),
            (4_711, 4_722, false),
            (4_711, 1_714, false),
        ] {
            assert_eq!(slipped(written, meant), is_slip, "{written} for {meant}");
        }
    }

    #[test]
    fn a_digit_may_be_left_out_or_be_one_too_many() {
        for (written, meant, is_slip) in [
            (4_712, 47_112, true),
            (47_112, 4_712, true),
            (7_112, 47_112, true),
            (4_711, 47_112, false),
            (47_112, 4_711, true),
            (18_446_744_073_709_551_615, 1_844_674_407_370_955_161, true),
            (4_713, 47_112, false),
            (47_112, 47_112, false),
            (712, 47_112, false),
            (0, 7, false),
        ] {
            assert_eq!(miscounted(written, meant), is_slip, "{written} for {meant}");
        }
    }
}

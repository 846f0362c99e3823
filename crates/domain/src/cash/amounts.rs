//! Sums: which sets of open amounts make a payment. Exact, bounded, and honest about ties.
//!
//! Every search says whether it found one solution, several, or none; a search that would take
//! too long says so by finding nothing.

/// Sets of positions in `values` that add up to `target`, with `size` members each.
///
/// Stops after `most` solutions: two are as good as a hundred for "not unique".
pub(super) fn subsets(values: &[i64], target: i64, size: usize, most: usize) -> Vec<Vec<usize>> {
    let mut out = Vec::new();
    match size {
        1 => out.extend(
            (0..values.len())
                .filter(|i| values[*i] == target)
                .map(|i| vec![i])
                .take(most),
        ),
        2 | 3 => {
            let mut by_value: Vec<(i64, usize)> = values
                .iter()
                .copied()
                .enumerate()
                .map(|(i, v)| (v, i))
                .collect();
            by_value.sort_unstable();
            let mut chosen = Vec::new();
            few(
                values,
                &by_value,
                target,
                size,
                0,
                &mut chosen,
                &mut out,
                most,
            );
        }
        4 | 5 => out = by_pairs(values, target, size, most),
        _ => {}
    }
    out
}

#[expect(clippy::too_many_arguments, reason = "a recursion carries its state")]
fn few(
    values: &[i64],
    by_value: &[(i64, usize)],
    target: i64,
    size: usize,
    from: usize,
    chosen: &mut Vec<usize>,
    out: &mut Vec<Vec<usize>>,
    most: usize,
) {
    if size == 1 {
        let first = by_value.partition_point(|(v, _)| *v < target);
        for (v, i) in &by_value[first..] {
            if *v != target || out.len() >= most {
                break;
            }
            if *i >= from {
                let mut set = chosen.clone();
                set.push(*i);
                out.push(set);
            }
        }
        return;
    }
    for i in from..values.len() {
        if out.len() >= most {
            return;
        }
        chosen.push(i);
        few(
            values,
            by_value,
            target - values[i],
            size - 1,
            i + 1,
            chosen,
            out,
            most,
        );
        chosen.pop();
    }
}

/// Four or five members: two pairs that add up, with one more for five.
fn by_pairs(values: &[i64], target: i64, size: usize, most: usize) -> Vec<Vec<usize>> {
    let mut pairs: Vec<(i64, usize, usize)> = Vec::new();
    for (j, b) in values.iter().enumerate() {
        pairs.extend(values[..j].iter().enumerate().map(|(i, a)| (a + b, i, j)));
    }
    pairs.sort_unstable();
    let mut out: Vec<Vec<usize>> = Vec::new();
    let mut find = |target: i64, from: usize, with: Option<usize>| {
        // The sums rise, so that what is missing falls: one walk up and one walk down.
        let mut first = pairs.len();
        for (sum, i, j) in &pairs {
            while first > 0 && pairs[first - 1].0 >= target - sum {
                first -= 1;
            }
            if *i < from {
                continue;
            }
            for (other, k, l) in &pairs[first..] {
                if *other != target - sum || out.len() >= most {
                    break;
                }
                // The smallest member stands in the first pair, so that no set comes twice over.
                if k > i && k != j && l != j {
                    let mut set: Vec<usize> = with.into_iter().chain([*i, *j, *k, *l]).collect();
                    set.sort_unstable();
                    if !out.contains(&set) {
                        out.push(set);
                    }
                }
            }
        }
    };
    if size == 4 {
        find(target, 0, None);
    } else {
        for (one, value) in values.iter().enumerate() {
            find(target - value, one + 1, Some(one));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_several_none() {
        let values = [500, 300, 200, 700, -100, 800];
        for (target, size, expected) in [
            (700, 1, vec![vec![3]]),
            (1000, 2, vec![vec![1, 3], vec![2, 5]]),
            (900, 2, vec![vec![2, 3]]),
            (1, 2, vec![]),
            (1000, 3, vec![vec![0, 1, 2], vec![1, 4, 5]]),
            (2401, 5, vec![]),
            (2300, 4, vec![vec![0, 1, 3, 5]]),
        ] {
            let mut found = subsets(&values, target, size, 10);
            for set in &mut found {
                set.sort_unstable();
            }
            found.sort();
            let mut expected: Vec<Vec<usize>> = expected;
            for set in &mut expected {
                set.sort_unstable();
            }
            expected.sort();
            assert_eq!(found, expected, "{target} of {size}");
        }
    }

    #[test]
    fn it_stops_at_the_second_solution_and_in_time() {
        let values = vec![100; 60];
        assert_eq!(subsets(&values, 300, 3, 2).len(), 2);
        let odd: Vec<i64> = (0..60).map(|i| 1001 + 2 * i).collect();
        assert!(subsets(&odd, 1_000_000, 6, 2).is_empty());
    }
}

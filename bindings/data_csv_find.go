package bindings

// sheetKey is a column, and how its values are compared.
type sheetKey struct {
	column int
	exact  bool
}

// sheetIndex gives for each value the first row, from 1, that has it.
type sheetIndex map[string]int

// compared is a value as the index has it.
func (k sheetKey) compared(value string) string {
	if k.exact {
		return value
	}
	return fold(value)
}

// find is the first row, from 1, with that value, as it is compared, in a column; 0 for none. Where the quota has no
// bytes for an index it goes over the rows, and steps says what that took.
func (s *sheet) find(k sheetKey, value string) (row, steps int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	index, made := s.lookup[k]
	if !made {
		if index = s.index(k); index == nil {
			return s.search(k, value)
		}
		s.lookup[k] = index
	}
	return index[value], 1
}

// index makes the index of a column; nil where the quota has no bytes for it.
func (s *sheet) index(k sheetKey) sheetIndex {
	taken := indexCost * int64(len(s.cells))
	if !s.quota.reserve(taken, s.limit) {
		return nil
	}
	index := make(sheetIndex, len(s.cells))
	for i, cells := range s.cells {
		value := k.compared(cells[k.column])
		if _, known := index[value]; known {
			continue
		}
		if n := int64(len(value)); value != cells[k.column] { // folding made another text
			if !s.quota.reserve(n, s.limit) {
				s.quota.reserve(-taken, s.limit)
				return nil
			}
			taken += n
		}
		index[value] = i + 1
	}
	return index
}

func (s *sheet) search(k sheetKey, value string) (row, steps int) {
	for i, cells := range s.cells {
		cell := cells[k.column]
		if steps++; !k.exact {
			steps += 2 + len(cell)/4
		}
		if k.compared(cell) == value {
			return i + 1, steps/4 + 1
		}
	}
	return 0, steps/4 + 1
}

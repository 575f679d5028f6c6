-- place: top
keep = {} for i = 1, 1e9 do keep[i] = {i} end

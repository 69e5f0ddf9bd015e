/**
 * Arrays in linear memory: no more than where they begin, so that tables which were compiled elsewhere are read where they were put.
 * No access is checked; what a kernel is told to read has to be there.
 */

@unmanaged
export class Ints {
  @inline
  @operator('[]')
  get(index: i32): i32 {
    return load<i32>(changetype<usize>(this) + ((<usize>index) << 2));
  }

  @inline
  @operator('[]=')
  set(index: i32, value: i32): void {
    store<i32>(changetype<usize>(this) + ((<usize>index) << 2), value);
  }
}

@unmanaged
export class Units {
  @inline
  @operator('[]')
  get(index: i32): i32 {
    return load<u16>(changetype<usize>(this) + ((<usize>index) << 1));
  }

  @inline
  @operator('[]=')
  set(index: i32, value: i32): void {
    store<u16>(changetype<usize>(this) + ((<usize>index) << 1), <u16>value);
  }
}

@unmanaged
export class Bytes {
  @inline
  @operator('[]')
  get(index: i32): i32 {
    return load<u8>(changetype<usize>(this) + <usize>index);
  }

  @inline
  @operator('[]=')
  set(index: i32, value: i32): void {
    store<u8>(changetype<usize>(this) + <usize>index, <u8>value);
  }
}

@unmanaged
export class Doubles {
  @inline
  @operator('[]')
  get(index: i32): f64 {
    return load<f64>(changetype<usize>(this) + ((<usize>index) << 3));
  }

  @inline
  @operator('[]=')
  set(index: i32, value: f64): void {
    store<f64>(changetype<usize>(this) + ((<usize>index) << 3), value);
  }
}

/** Where nothing has been placed yet. */
let free: usize = (__heap_base + 15) & ~15;

/** Takes so many bytes, all of them 0, for good. Grows the memory where it is too small and traps where it cannot. */
export function reserve(bytes: i32): usize {
  const at = free;
  free = (free + <usize>bytes + 15) & ~15;
  const missing = <i32>((free + 0xffff) >> 16) - memory.size();
  if (missing > 0 && memory.grow(missing) < 0) unreachable();
  return at;
}

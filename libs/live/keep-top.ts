/** Puts one into a list of at most `most`, highest first, of equals the first: one of very many is looked at once. */
export function keepTop<T>(list: T[], one: T, most: number, rank: (one: T) => number): void {
  const own = rank(one);
  const last = list.at(-1);
  if (list.length === most && last !== undefined && rank(last) >= own) return;
  const place = list.findIndex((each) => rank(each) < own);
  list.splice(place === -1 ? list.length : place, 0, one);
  list.length = Math.min(list.length, most);
}

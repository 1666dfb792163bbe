/**
 * Hides small counts in a table so that they cannot be worked out from what stays: besides the small cells so many
 * others that no hidden one follows from row totals, column totals and the cells that are shown (cell suppression; see
 * Cox, "Suppression methodology and statistical disclosure control", JASA 1980).
 *
 * Rows and columns are the nodes of a graph and cells its edges, totals too. What is shown fixes a hidden cell exactly
 * when its edge is a bridge among the hidden ones: on a circle, one count can be moved around without changing anything
 * that is shown. Only counts above 0 are hidden, so that the moved ones stay counts.
 */
export interface Hidden {
  /** Same shape as the table. */
  cells: boolean[][];
  /** Totals that have to be hidden as well, where the table alone does not offer enough. */
  rowTotals: boolean[];
  columnTotals: boolean[];
  total: boolean;
}

/**
 * @param table counts by row and column; null where there is none
 * @param limit counts from 1 up to below it are small
 * @param shown whether the totals of rows and of columns are known to the reader
 */
export function hideSmall(
  table: readonly (readonly (number | null)[])[],
  limit: number,
  shown: { rowTotals: boolean; columnTotals: boolean },
): Hidden {
  const graph = new Graph(table, shown);
  for (const edge of graph.edges) if (edge.own && edge.count > 0 && edge.count < limit) edge.hidden = true;
  for (let bridge = graph.bridge(); bridge; bridge = graph.bridge()) {
    const way = graph.cheapestWay(bridge);
    // A table of nothing but this cell: nothing else can be hidden.
    if (!way) {
      bridge.alone = true;
      continue;
    }
    for (const edge of way) edge.hidden = true;
  }
  return graph.result();
}

interface Edge {
  row: number;
  column: number;
  count: number;
  /** A cell of the table and no total. */
  own: boolean;
  /** Not shown to begin with, or hidden. */
  hidden: boolean;
  /** Cannot be protected by anything else. */
  alone?: boolean;
}

/** A total is hidden only where no cell helps. */
const TOTAL_COST = 1e15;

class Graph {
  readonly edges: Edge[] = [];
  private readonly rows: number;
  private readonly columns: number;

  constructor(table: readonly (readonly (number | null)[])[], shown: { rowTotals: boolean; columnTotals: boolean }) {
    this.rows = table.length;
    this.columns = Math.max(0, ...table.map((row) => row.length));
    const columnSums = Array.from<number>({ length: this.columns }).fill(0);
    let all = 0;
    for (const [row, cells] of table.entries()) {
      let sum = 0;
      for (const [column, value] of cells.entries()) {
        const count = value ?? 0;
        sum += count;
        columnSums[column] = (columnSums[column] ?? 0) + count;
        this.edges.push({ row, column, count, own: true, hidden: false });
      }
      all += sum;
      this.edges.push({ row, column: this.columns, count: sum, own: false, hidden: !shown.rowTotals });
    }
    for (const [column, count] of columnSums.entries())
      this.edges.push({ row: this.rows, column, count, own: false, hidden: !shown.columnTotals });
    this.edges.push({ row: this.rows, column: this.columns, count: all, own: false, hidden: false });
  }

  /** A hidden cell that what is shown fixes. */
  bridge(): Edge | undefined {
    return this.edges.find((edge) => edge.own && edge.hidden && !edge.alone && !this.reaches(edge));
  }

  /** Whether the ends of a hidden edge are joined by other hidden ones. */
  private reaches(edge: Edge): boolean {
    return this.way(edge, (other) => (other.hidden ? 0 : Infinity)) !== null;
  }

  /** Edges to hide so that the bridge is none, the fewest counts first. */
  cheapestWay(bridge: Edge): Edge[] | null {
    return this.way(bridge, (other) => {
      if (other.hidden) return 0;
      if (other.count <= 0) return Infinity;
      return other.own ? other.count : TOTAL_COST + other.count;
    });
  }

  /** Dijkstra from one end of an edge to the other without the edge itself. */
  private way(without: Edge, cost: (edge: Edge) => number): Edge[] | null {
    const columnNode = (column: number): number => this.rows + 1 + column;
    const start = without.row;
    const end = columnNode(without.column);
    const distance = new Map<number, number>([[start, 0]]);
    const came = new Map<number, Edge>();
    const done = new Set<number>();
    for (;;) {
      let at: number | null = null;
      for (const [node, far] of distance) {
        if (!done.has(node) && (at === null || far < (distance.get(at) ?? Infinity))) at = node;
      }
      if (at === null) return null;
      if (at === end) break;
      done.add(at);
      for (const edge of this.edges) {
        if (edge === without) continue;
        const [row, column] = [edge.row, columnNode(edge.column)];
        const next = row === at ? column : column === at ? row : null;
        if (next === null) continue;
        const far = (distance.get(at) ?? 0) + cost(edge);
        if (far < (distance.get(next) ?? Infinity)) {
          distance.set(next, far);
          came.set(next, edge);
        }
      }
    }
    const way: Edge[] = [];
    for (let node = end; node !== start;) {
      const edge = came.get(node);
      if (!edge) return null;
      way.push(edge);
      node = edge.row === node ? columnNode(edge.column) : edge.row;
    }
    return way;
  }

  result(): Hidden {
    const cells = Array.from({ length: this.rows }, () => Array.from<boolean>({ length: this.columns }).fill(false));
    const hidden: Hidden = {
      cells,
      rowTotals: Array.from<boolean>({ length: this.rows }).fill(false),
      columnTotals: Array.from<boolean>({ length: this.columns }).fill(false),
      total: false,
    };
    for (const edge of this.edges) {
      if (!edge.hidden) continue;
      const row = cells[edge.row];
      if (edge.own && row) row[edge.column] = true;
      else if (edge.row < this.rows) hidden.rowTotals[edge.row] = true;
      else if (edge.column < this.columns) hidden.columnTotals[edge.column] = true;
      else hidden.total = true;
    }
    return hidden;
  }
}

package grapevine.node.app.console;

import java.util.ArrayList;
import java.util.List;

/** Columns for people: as wide as their widest cell, two blanks apart. Confined to one thread. */
public final class TextTable {
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * @param cells as many in every row
   */
  public void add(String... cells) {
    rows.add(List.of(cells));
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        line.append(row.get(i));
        line.repeat(' ', width(i) + 2 - row.get(i).length());
      }
      out.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return out.toString();
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }
}

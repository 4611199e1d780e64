package grapevine.netlab.report.page;

import grapevine.netlab.report.figures.Figures;
import grapevine.netlab.report.figures.Summary;
import grapevine.netlab.report.figures.Traffic;
import grapevine.netlab.trace.NodeCosts;
import java.util.ArrayList;
import java.util.List;

/**
 * What a node sent, by type of message: one stacked bar for each strategy. Pieces carry numbers
 * that stand before their names in the legend, so colours are a help and no key.
 */
final class CostChart {
  private static final int WIDTH = CoverageChart.WIDTH;
  private static final int BAR = 34;
  private static final int ROW = 62;
  private static final int NUMBER_WIDTH = 18;

  /** Smaller pieces are put together. */
  private static final double SHARE_MIN = 0.01;

  private static final String REST = "other messages";
  private static final String RECORDS = "records and handshakes";
  private static final String TCP_IP = "TCP/IP, estimated";
  private static final int COLOURS = 10;

  private record Piece(int number, String name, double bytes) {}

  private final List<Summary.Strategy> strategies;
  private final List<String> names = new ArrayList<>();
  private final double bytesMax;

  private CostChart(List<Summary.Strategy> strategies) {
    this.strategies = strategies;
    double max = 0;
    for (Summary.Strategy strategy : strategies) {
      max = Math.max(max, total(strategy));
    }
    bytesMax = max;
    for (String type : NodeCosts.TYPES) {
      if (strategies.stream().anyMatch(each -> isShown(each, type))) {
        names.add(type);
      }
    }
    names.addAll(List.of(REST, RECORDS, TCP_IP));
  }

  /** Empty when costs are not known. */
  static String svg(Summary summary) {
    List<Summary.Strategy> known =
        summary.strategies().stream().filter(each -> each.traffic() != null).toList();
    return known.isEmpty() ? "" : new CostChart(known).draw();
  }

  private static Traffic traffic(Summary.Strategy strategy) {
    Traffic traffic = strategy.traffic();
    if (traffic == null) {
      throw new IllegalStateException("no costs of " + strategy.relay());
    }
    return traffic;
  }

  private static double total(Summary.Strategy strategy) {
    return traffic(strategy).socketBytes() + traffic(strategy).tcpIpBytes();
  }

  private boolean isShown(Summary.Strategy strategy, String type) {
    return traffic(strategy).bytes(type) >= SHARE_MIN * bytesMax;
  }

  private List<Piece> pieces(Summary.Strategy strategy) {
    Traffic traffic = traffic(strategy);
    List<Piece> pieces = new ArrayList<>();
    double rest = traffic.messageBytes();
    for (String name : names) {
      double bytes =
          switch (name) {
            case REST -> rest;
            case RECORDS -> Math.max(0, traffic.records());
            case TCP_IP -> traffic.tcpIpBytes();
            default -> traffic.bytes(name);
          };
      rest -= name.equals(REST) ? 0 : bytes;
      pieces.add(new Piece(pieces.size() + 1, name, bytes));
    }
    return pieces;
  }

  private String draw() {
    Markup svg = new Markup();
    svg.raw(
        "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
        WIDTH, ROW * strategies.size(), "Bytes that a node sent, by type of message");
    svg.raw(
        "<defs><pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\""
            + " patternTransform=\"rotate(45)\"><line class=\"hatch\" y2=\"6\"/></pattern></defs>\n");
    for (int i = 0; i < strategies.size(); i++) {
      drawBar(svg, strategies.get(i), ROW * i);
    }
    svg.raw("</svg>\n");
    return svg + legend();
  }

  private void drawBar(Markup svg, Summary.Strategy strategy, int top) {
    svg.raw(
        "<text class=\"mark\" x=\"0\" y=\"%d\">%s</text>\n",
        top + 14,
        "%s: %s a node, and about %s of TCP/IP"
            .formatted(
                strategy.relay(),
                Figures.bytes(traffic(strategy).socketBytes()),
                Figures.bytes(traffic(strategy).tcpIpBytes())));
    double x = 0;
    for (Piece piece : pieces(strategy)) {
      double width = bytesMax == 0 ? 0 : WIDTH * piece.bytes / bytesMax;
      String colour = piece.name.equals(TCP_IP) ? "estimate" : "c" + piece.number % COLOURS;
      svg.raw(
          "<rect class=\"piece %s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"><title>%s"
              + "</title></rect>\n",
          colour, x, top + 21, width, BAR, piece.name + ": " + Figures.bytes(piece.bytes));
      if (width >= NUMBER_WIDTH) {
        String label = width > 90 ? piece.number + " " + shortName(piece.name) : "" + piece.number;
        svg.raw(
            "<text class=\"%s\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
            piece.name.equals(TCP_IP) ? "mark" : "inside",
            x + width / 2,
            top + 21 + BAR / 2 + 4,
            label);
      }
      x += width;
    }
  }

  private static String shortName(String name) {
    return switch (name) {
      case REST -> "other";
      case RECORDS -> "records";
      case TCP_IP -> "TCP/IP";
      default -> name;
    };
  }

  private String legend() {
    Markup list = new Markup().raw("<ol class=\"legend pieces\">\n");
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      List<String> bytes = new ArrayList<>();
      for (Summary.Strategy strategy : strategies) {
        Piece piece = pieces(strategy).get(i);
        bytes.add(
            "%s%s (%s %%)"
                .formatted(
                    strategies.size() == 1 ? "" : strategy.relay() + " ",
                    Figures.bytes(piece.bytes),
                    Figures.number(100 * piece.bytes / total(strategy), 1)));
      }
      list.raw(
          "<li><span class=\"swatch %s\"></span>%d. <b>%s</b> %s</li>\n",
          name.equals(TCP_IP) ? "estimate" : "c" + (i + 1) % COLOURS,
          i + 1,
          name,
          String.join(" · ", bytes));
    }
    return list.raw("</ol>\n").toString();
  }
}

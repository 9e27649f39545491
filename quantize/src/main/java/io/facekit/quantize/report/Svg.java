package io.facekit.quantize.report;

import gg.jte.Content;
import gg.jte.TemplateOutput;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Writes one inline SVG picture. Colours and fonts come from the page's style sheet through class
 * names; text is escaped; numbers have at most two decimals and no locale.
 */
final class Svg implements Content {
  private final StringBuilder out = new StringBuilder();

  /**
   * @param label what the picture shows, for those who cannot see it
   */
  Svg(String classes, double width, double height, String label) {
    out.append("<svg role=\"img\" class=\"").append(classes).append("\" viewBox=\"0 0 ");
    out.append(number(width)).append(' ').append(number(height));
    out.append("\" aria-label=\"").append(escape(label)).append("\">");
  }

  Svg line(String classes, double x1, double y1, double x2, double y2) {
    open("line", classes);
    attribute("x1", x1);
    attribute("y1", y1);
    attribute("x2", x2);
    attribute("y2", y2);
    out.append("/>");
    return this;
  }

  Svg bar(String classes, double x, double y, double width, double height, String title) {
    open("rect", classes);
    attribute("x", x);
    attribute("y", y);
    attribute("width", width);
    attribute("height", height);
    return close("rect", title);
  }

  Svg dot(String classes, double x, double y, double radius, String title) {
    open("circle", classes);
    attribute("cx", x);
    attribute("cy", y);
    attribute("r", radius);
    return close("circle", title);
  }

  /**
   * @param points x and y in turn
   */
  Svg curve(String classes, double[] points) {
    open("polyline", classes);
    out.append(" points=\"");
    for (int i = 0; i < points.length; i += 2) {
      out.append(i == 0 ? "" : " ");
      out.append(number(points[i])).append(',').append(number(points[i + 1]));
    }
    out.append("\"/>");
    return this;
  }

  /**
   * @param anchor {@code start}, {@code middle} or {@code end}
   */
  Svg text(String classes, double x, double y, String anchor, String text) {
    open("text", classes);
    attribute("x", x);
    attribute("y", y);
    out.append(" text-anchor=\"").append(anchor).append("\">");
    out.append(escape(text)).append("</text>");
    return this;
  }

  @Override
  public void writeTo(TemplateOutput output) {
    output.writeContent(toString());
  }

  @Override
  public String toString() {
    return out + "</svg>";
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String number(double value) {
    BigDecimal rounded = new BigDecimal(value).setScale(2, RoundingMode.HALF_UP);
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }

  private void open(String element, String classes) {
    out.append('<').append(element).append(" class=\"").append(classes).append('"');
  }

  private void attribute(String name, double value) {
    out.append(' ').append(name).append("=\"").append(number(value)).append('"');
  }

  private Svg close(String element, String title) {
    out.append("><title>").append(escape(title)).append("</title></").append(element).append('>');
    return this;
  }
}

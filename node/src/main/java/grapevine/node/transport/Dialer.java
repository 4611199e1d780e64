package grapevine.node.transport;

import grapevine.node.model.NodeAddress;
import grapevine.node.protocol.port.Direction;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import java.util.concurrent.TimeUnit;

/** Opens connections. Confined to the loop's thread. */
final class Dialer {
  private final NodeLoop loop;
  private final Bootstrap bootstrap;

  Dialer(NodeLoop loop, EventLoopGroup group, Sockets sockets) {
    this.loop = loop;
    long timeoutMillis = TimeUnit.NANOSECONDS.toMillis(loop.limits().connectTimeoutNanos());
    this.bootstrap =
        new Bootstrap()
            .group(group)
            .channel(sockets.client())
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeoutMillis);
    sockets.configure(bootstrap::option);
  }

  /** Ends in a connection that is {@link NodeLoop#begin begun}, or in {@code onDialFailed}. */
  void dial(NodeAddress address) {
    if (!address.isIp()) {
      loop.turns().post("dial", address, () -> fail(address));
      return;
    }
    bootstrap
        .clone()
        .handler(new Connected(address))
        .connect(Addresses.toSocket(address))
        .addListener(
            (ChannelFutureListener)
                connected -> {
                  if (!connected.isSuccess()) {
                    loop.turns().post("dial", address, () -> fail(address));
                  }
                });
  }

  private void fail(NodeAddress address) {
    loop.core().onDialFailed(address, loop.turns().nowNanos());
  }

  /** Gives way to the connection's own handler as soon as there is a connection. */
  private final class Connected extends ChannelInboundHandlerAdapter {
    private final NodeAddress address;

    Connected(NodeAddress address) {
      this.address = address;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      SocketChannel channel = (SocketChannel) context.channel();
      channel.pipeline().remove(this);
      loop.turns().run("dial", address, () -> loop.begin(channel, Direction.OUTBOUND, address));
    }
  }
}

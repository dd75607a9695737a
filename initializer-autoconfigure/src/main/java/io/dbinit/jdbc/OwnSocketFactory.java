package io.dbinit.jdbc;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.util.List;

import javax.net.SocketFactory;

import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * Creates the sockets of the starter's connections, for drivers that create a factory by
 * its name and therefore need it to be public. The system notices within a minute when
 * the other end is gone, and a socket can be closed while a driver waits for an answer,
 * even by a driver that would wait for it to abort a connection.
 */
public final class OwnSocketFactory extends SocketFactory {

	private static final int IDLE_SECONDS = 20;

	private static final int INTERVAL_SECONDS = 10;

	private static final int PROBES = 3;

	/** Inheritable, as a driver may connect in another thread. */
	private static final InheritableThreadLocal<@Nullable List<Socket>> created = new InheritableThreadLocal<>();

	/**
	 * Collect the sockets that are made from now on.
	 * @param sockets where to add them, or {@code null} to stop
	 */
	static void collect(@Nullable List<Socket> sockets) {
		if (sockets == null) {
			created.remove();
		}
		else {
			created.set(sockets);
		}
	}

	@Override
	public Socket createSocket() throws IOException {
		Socket socket = new Socket();
		socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
		if (socket.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
			socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, IDLE_SECONDS);
			socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, INTERVAL_SECONDS);
			socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);
		}
		List<Socket> sockets = created.get();
		if (sockets != null) {
			sockets.add(socket);
		}
		return socket;
	}

	@Override
	public Socket createSocket(String host, int port) throws IOException {
		return connect(new InetSocketAddress(host, port), null);
	}

	@Override
	public Socket createSocket(InetAddress host, int port) throws IOException {
		return connect(new InetSocketAddress(host, port), null);
	}

	@Override
	public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
		return connect(new InetSocketAddress(host, port), new InetSocketAddress(localHost, localPort));
	}

	@Override
	public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
			throws IOException {
		return connect(new InetSocketAddress(address, port), new InetSocketAddress(localAddress, localPort));
	}

	private Socket connect(SocketAddress address, @Nullable SocketAddress localAddress) throws IOException {
		Socket socket = createSocket();
		socket.bind(localAddress);
		socket.connect(address);
		return socket;
	}

}

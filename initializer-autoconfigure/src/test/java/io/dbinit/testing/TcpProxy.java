package io.dbinit.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * Stands between a client and a server, and breaks what runs through it.
 */
public final class TcpProxy implements AutoCloseable {

	private volatile ServerSocket listener;

	private final String host;

	private final int port;

	private final List<Socket> sockets = new CopyOnWriteArrayList<>();

	private volatile CountDownLatch open = new CountDownLatch(0);

	/**
	 * Create a proxy.
	 * @param host the host of the server
	 * @param port the port of the server
	 */
	public TcpProxy(String host, int port) {
		this.host = host;
		this.port = port;
		this.listener = listen(0);
	}

	private ServerSocket listen(int port) {
		try {
			ServerSocket listener = new ServerSocket();
			listener.setReuseAddress(true);
			listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
			start(() -> accept(listener));
			return listener;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return the port on which the proxy listens on the loopback address.
	 * @return the port
	 */
	public int port() {
		return this.listener.getLocalPort();
	}

	/**
	 * Close every connection. New ones can be made.
	 */
	public void cut() {
		this.sockets.forEach(TcpProxy::close);
		this.sockets.clear();
	}

	/**
	 * Close every connection. New ones are refused.
	 */
	public void refuse() {
		try {
			this.listener.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		cut();
	}

	/**
	 * Pass everything on again, and refuse nothing.
	 */
	public void restore() {
		thaw();
		if (this.listener.isClosed()) {
			this.listener = listen(port());
		}
	}

	/**
	 * Pass nothing on any more, without closing anything: connections are half-open.
	 */
	public synchronized void freeze() {
		this.open = new CountDownLatch(1);
	}

	/**
	 * Pass everything on again, what came in the meantime included.
	 */
	public synchronized void thaw() {
		this.open.countDown();
	}

	private void accept(ServerSocket listener) throws IOException {
		while (!listener.isClosed()) {
			Socket client = listener.accept();
			start(() -> connect(client));
		}
	}

	private void connect(Socket client) throws IOException, InterruptedException {
		this.sockets.add(client);
		this.open.await();
		try {
			Socket server = new Socket(this.host, this.port);
			this.sockets.add(server);
			start(() -> copy(server, client));
			copy(client, server);
		}
		finally {
			close(client);
		}
	}

	private void copy(Socket from, Socket to) throws IOException, InterruptedException {
		try (from; to) {
			InputStream in = from.getInputStream();
			OutputStream out = to.getOutputStream();
			byte[] buffer = new byte[8192];
			for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
				this.open.await();
				out.write(buffer, 0, length);
				out.flush();
			}
			// While nothing passes, neither does the news of an end
			this.open.await();
		}
		finally {
			this.sockets.remove(from);
		}
	}

	private static void start(Task task) {
		Thread thread = new Thread(() -> {
			try {
				task.run();
			}
			catch (IOException | InterruptedException ex) {
				// The connection has ended
			}
		}, "tcp-proxy");
		thread.setDaemon(true);
		thread.start();
	}

	private static void close(Socket socket) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		thaw();
		cut();
		try {
			this.listener.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@FunctionalInterface
	private interface Task {

		void run() throws IOException, InterruptedException;

	}

}

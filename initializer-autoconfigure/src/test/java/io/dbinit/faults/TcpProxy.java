package io.dbinit.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A proxy between the service and its database that can cut the connections, or swallow
 * what is sent, as a firewall or a lost host does.
 */
final class TcpProxy implements AutoCloseable {

	private final InetSocketAddress target;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private final int port;

	private ServerSocket server;

	private volatile boolean swallowing;

	private volatile boolean closed;

	TcpProxy(String host, int port) {
		this.target = new InetSocketAddress(host, port);
		this.server = listen(0);
		this.port = this.server.getLocalPort();
	}

	int port() {
		return this.port;
	}

	private ServerSocket listen(int port) {
		try {
			ServerSocket server = new ServerSocket();
			server.setReuseAddress(true);
			server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
			start(() -> accept(server));
			return server;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void accept(ServerSocket server) {
		while (!server.isClosed()) {
			try {
				Socket client = server.accept();
				this.sockets.add(client);
				start(() -> connect(client));
			}
			catch (IOException ex) {
				// Closed
			}
		}
	}

	private void connect(Socket client) {
		try {
			awaitPassage();
			Socket upstream = new Socket();
			this.sockets.add(upstream);
			upstream.connect(this.target, 2000);
			start(() -> copy(client, upstream));
			start(() -> copy(upstream, client));
		}
		catch (IOException ex) {
			close(client);
		}
	}

	private void copy(Socket from, Socket to) {
		byte[] buffer = new byte[16384];
		try {
			InputStream in = from.getInputStream();
			OutputStream out = to.getOutputStream();
			for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
				awaitPassage();
				out.write(buffer, 0, read);
				out.flush();
			}
		}
		catch (IOException ex) {
			// Closed
		}
		// While nothing passes, neither does the news of an end
		awaitPassage();
		close(from);
		close(to);
	}

	private synchronized void awaitPassage() {
		while (this.swallowing && !this.closed) {
			try {
				wait();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return;
			}
		}
	}

	/** Cut all connections, and refuse new ones. */
	void refuse() {
		close(this.server);
		cut();
	}

	/** Cut all connections. */
	void cut() {
		this.sockets.forEach(TcpProxy::close);
		this.sockets.clear();
	}

	/** From now on nothing passes, and nobody is told. */
	void swallow() {
		this.swallowing = true;
	}

	/** Let everything pass again; connections that were held up go on. */
	synchronized void restore() {
		this.swallowing = false;
		notifyAll();
		if (this.server.isClosed()) {
			this.server = listen(this.port);
		}
	}

	@Override
	public synchronized void close() {
		this.closed = true;
		close(this.server);
		cut();
		notifyAll();
	}

	private static void close(AutoCloseable socket) {
		try {
			socket.close();
		}
		catch (Exception ex) {
			// Closed
		}
	}

	private static void start(Runnable task) {
		Thread thread = new Thread(task, "proxy");
		thread.setDaemon(true);
		thread.start();
	}

}

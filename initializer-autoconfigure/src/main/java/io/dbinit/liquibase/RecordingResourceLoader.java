package io.dbinit.liquibase;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.ResourcePatternResolver;
import org.springframework.util.ClassUtils;

/**
 * A resource loader that records each look-up. It returns proxies, as a resource can be
 * asked for others relative to it.
 */
final class RecordingResourceLoader implements ResourcePatternResolver {

	private final Resources resources;

	private final Consumer<String> places;

	RecordingResourceLoader(Resources resources, Consumer<String> places) {
		this.resources = resources;
		this.places = places;
	}

	@Override
	public Resource[] getResources(String location) throws IOException {
		this.places.accept(location);
		Resource[] found = this.resources.resolver().getResources(location);
		List<String> places = this.resources.places(location, found);
		Resource[] recorded = new Resource[found.length];
		Arrays.setAll(recorded, (i) -> recorded(found[i], places.get(i)));
		return recorded;
	}

	/**
	 * Not recorded: Liquibase uses single resources only to interpret a path, and reads
	 * content through {@link #getResources}.
	 */
	@Override
	public Resource getResource(String location) {
		return this.resources.resolver().getResource(location);
	}

	@Override
	public @Nullable ClassLoader getClassLoader() {
		return this.resources.resolver().getClassLoader();
	}

	private Resource recorded(Resource resource, String place) {
		ClassLoader loader = getClass().getClassLoader();
		return (Resource) Proxy.newProxyInstance(loader,
				ClassUtils.getAllInterfacesForClass(resource.getClass(), loader), (proxy, method, arguments) -> {
					try {
						Object result = method.invoke(resource, arguments);
						return method.getName().equals("createRelative")
								? relative((Resource) result, Resources.relative(place, (String) arguments[0]))
								: result;
					}
					catch (InvocationTargetException ex) {
						throw ex.getTargetException();
					}
				});
	}

	private Resource relative(Resource resource, String place) {
		this.places.accept(place);
		return recorded(resource, place);
	}

}

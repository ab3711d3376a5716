using System.Reflection;
using System.Runtime.Loader;

namespace Aloft.Runtime;

/// <summary>Finds the method that <c>Assembly::Namespace.Type::Method</c> means, and what its assembly refers to.</summary>
sealed class FunctionCode(string taskRoot)
{
    /// <summary>Only packages that are not for one platform have a folder "runtimes": then their deps.json tells which file is the right one.</summary>
    AssemblyDependencyResolver? resolver;

    public MethodInfo Find(string handler)
    {
        if (handler.Split("::") is not [{ Length: > 0 } assemblyName, { Length: > 0 } typeName, { Length: > 0 } methodName])
            throw new LambdaValidationException(
                $"The handler '{handler}' is not valid. Its format is 'ASSEMBLY::TYPE::METHOD', such as 'MyAssembly::MyNamespace.MyType::MyMethod'.");

        var assembly = Load(assemblyName);
        var type = assembly.GetType(typeName)
            ?? throw new LambdaValidationException($"Unable to load type '{typeName}' from assembly '{assemblyName}'.");
        var methods = type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy)
            .Where(method => method.Name == methodName).ToList();
        return methods switch
        {
            [] => throw new LambdaValidationException($"Unable to find method '{methodName}' in type '{typeName}' from assembly '{assemblyName}'."),
            [{ IsGenericMethodDefinition: true }] => throw new LambdaValidationException($"Method '{methodName}' of type '{typeName}' is generic: it cannot be a handler."),
            [{ IsStatic: false }] when type.IsAbstract || type.ContainsGenericParameters =>
                throw new LambdaValidationException($"Type '{typeName}' cannot be instantiated: it is abstract or generic."),
            [var one] => one,
            _ => throw new LambdaValidationException($"Method '{methodName}' is there more than once in type '{typeName}': a handler's name must be its own."),
        };
    }

    Assembly Load(string name)
    {
        var path = Path.Combine(taskRoot, $"{name}.dll");
        if (!File.Exists(path))
            throw new LambdaValidationException(
                $"Could not find the specified handler assembly with the file name '{name}'. "
                + "The assembly should be located in the root of your uploaded .zip file.");
        if (Directory.Exists(Path.Combine(taskRoot, "runtimes")))
            resolver = new AssemblyDependencyResolver(path);
        AssemblyLoadContext.Default.Resolving += (context, wanted) => PathOf(wanted) is { } found ? context.LoadFromAssemblyPath(found) : null;
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, wanted) => LoadNative(wanted);
        return AssemblyLoadContext.Default.LoadFromAssemblyPath(path);
    }

    string? PathOf(AssemblyName wanted) => resolver?.ResolveAssemblyToPath(wanted) ?? Existing(wanted.CultureName ?? "", $"{wanted.Name}.dll");

    nint LoadNative(string wanted)
    {
        var path = resolver?.ResolveUnmanagedDllToPath(wanted)
            ?? Existing("", wanted) ?? Existing("", $"{wanted}.so") ?? Existing("", $"lib{wanted}.so") ?? Existing("lib", $"lib{wanted}.so");
        return path is null ? 0 : System.Runtime.InteropServices.NativeLibrary.Load(path);
    }

    string? Existing(string folder, string file) => Path.Combine(taskRoot, folder, file) is var path && File.Exists(path) ? path : null;
}

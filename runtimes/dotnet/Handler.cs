using System.Reflection;
using System.Runtime.CompilerServices;

namespace Aloft.Runtime;

/// <summary>A function's method: how its parameters are made, and what becomes of what it returns.</summary>
sealed class Handler
{
    readonly object? instance;
    readonly MethodInvoker method;
    readonly ParameterInfo[] parameters;
    readonly Serializer serializer;
    readonly Returned returned;

    public Handler(MethodInfo method)
    {
        parameters = method.GetParameters();
        if (parameters.Length > 2 || parameters.Length == 2 && !IsContext(parameters[1]))
            throw new LambdaValidationException(
                $"Method '{method.Name}' of type '{method.DeclaringType}' must take nothing, an input, an ILambdaContext, or an input and an ILambdaContext.");
        if (method.ReturnType == typeof(void) && method.IsDefined(typeof(AsyncStateMachineAttribute)))
            throw new LambdaValidationException($"Method '{method.Name}' of type '{method.DeclaringType}' is 'async void': it must return a Task.");

        serializer = Serializer.For(method);
        returned = new Returned(method.ReturnType);
        this.method = MethodInvoker.Create(method);
        if (!method.IsStatic)
            instance = Activator.CreateInstance(method.DeclaringType!);
    }

    static bool IsContext(ParameterInfo parameter) => parameter.ParameterType is { IsInterface: true, Name: LambdaContext.InterfaceName };

    /// <summary>Runs to the end, and writes the answer.</summary>
    public void Run(Invocation invocation, LambdaContext context, Stream answer)
    {
        var first = parameters.Length > 0 ? Argument(parameters[0], invocation, context) : null;
        var result = parameters.Length switch
        {
            0 => method.Invoke(instance),
            1 => method.Invoke(instance, first),
            _ => method.Invoke(instance, first, context.As(parameters[1].ParameterType)),
        };

        var value = returned.Await(result);
        if (value is Stream stream)
            using (stream)
                stream.CopyTo(answer);
        else if (returned.ValueType == typeof(void))
            answer.Write("null"u8);
        else
            serializer.Write(value, returned.ValueType, answer);
    }

    object? Argument(ParameterInfo parameter, Invocation invocation, LambdaContext context)
    {
        if (IsContext(parameter))
            return context.As(parameter.ParameterType);
        var json = invocation.Event.Length > 0 ? invocation.Event : NoEvent;
        return parameter.ParameterType == typeof(Stream)
            ? new MemoryStream(json.ToArray(), writable: false)
            : serializer.Read(json, parameter.ParameterType);
    }

    static readonly byte[] NoEvent = "{}"u8.ToArray();
}

/// <summary>What a method returns: a value, or a promise of one.</summary>
sealed class Returned
{
    readonly MethodInvoker? asTask;
    readonly MethodInvoker? result;

    public Returned(Type type)
    {
        ValueType = type;
        if (type == typeof(ValueTask) || type.IsConstructedGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>))
        {
            var conversion = type.GetMethod(nameof(ValueTask.AsTask))!;
            asTask = MethodInvoker.Create(conversion);
            type = conversion.ReturnType;
        }
        if (!type.IsAssignableTo(typeof(Task)))
            return;
        ValueType = typeof(void);
        if (type.IsConstructedGenericType)
        {
            ValueType = type.GenericTypeArguments[0];
            result = MethodInvoker.Create(type.GetProperty(nameof(Task<>.Result))!.GetMethod!);
        }
    }

    /// <summary>Of the value itself; <see cref="Void"/> where there is none.</summary>
    public Type ValueType { get; }

    /// <summary>Waits: nothing else runs in a function's process meanwhile but what the function itself has started.</summary>
    public object? Await(object? returned)
    {
        if ((asTask is null ? returned : asTask.Invoke(returned)) is not Task task)
            return returned;
        task.GetAwaiter().GetResult();
        return result?.Invoke(task);
    }
}

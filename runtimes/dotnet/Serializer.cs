using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aloft.Runtime;

/// <summary>Between the JSON of the channel and a handler's types. https://docs.aws.amazon.com/lambda/latest/dg/csharp-handler.html</summary>
abstract class Serializer
{
    public abstract object? Read(ReadOnlyMemory<byte> json, Type type);

    public abstract void Write(object? value, Type type, Stream target);

    /// <summary>The one that a [LambdaSerializer] on the method or its assembly names, else System.Text.Json.</summary>
    public static Serializer For(MethodInfo method)
    {
        var attribute = Named(method.GetCustomAttributes()) ?? Named(method.Module.Assembly.GetCustomAttributes());
        return attribute?.GetType().GetProperty("SerializerType")?.GetValue(attribute) is Type type ? new Brought(type) : BuiltIn.Instance;
    }

    static Attribute? Named(IEnumerable<Attribute> attributes) =>
        attributes.FirstOrDefault(attribute => attribute.GetType().Name == "LambdaSerializerAttribute");

    /// <summary>As AWS's own default: names in any case are read, null members are not written.</summary>
    sealed class BuiltIn : Serializer
    {
        public static readonly BuiltIn Instance = new();

        static readonly JsonSerializerOptions Options = new()
        {
            PropertyNameCaseInsensitive = true,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = Failure.Plain.Encoder,
        };

        public override object? Read(ReadOnlyMemory<byte> json, Type type)
        {
            try
            {
                return JsonSerializer.Deserialize(json.Span, type, Options);
            }
            catch (Exception fault) when (fault is JsonException or NotSupportedException)
            {
                throw new JsonSerializerException($"Error converting the Lambda event JSON payload to type {type.FullName}: {fault.Message}", fault);
            }
        }

        public override void Write(object? value, Type type, Stream target)
        {
            try
            {
                JsonSerializer.Serialize(target, value, type, Options);
            }
            catch (Exception fault) when (fault is JsonException or NotSupportedException)
            {
                throw new JsonSerializerException($"Error converting the response object of type {type.FullName} from the Lambda function to JSON: {fault.Message}", fault);
            }
        }
    }

    /// <summary>A class with <c>T Deserialize&lt;T&gt;(Stream)</c> and <c>void Serialize&lt;T&gt;(T, Stream)</c>, of its own or of its interface.</summary>
    sealed class Brought : Serializer
    {
        readonly object serializer;
        readonly MethodInfo deserialize;
        readonly MethodInfo serialize;

        public Brought(Type type)
        {
            serializer = Activator.CreateInstance(type)!;
            deserialize = Find(type, "Deserialize", 1);
            serialize = Find(type, "Serialize", 2);
        }

        static MethodInfo Find(Type type, string name, int parameters) =>
            type.GetInterfaces().Prepend(type).SelectMany(face => face.GetMethods())
                .FirstOrDefault(method => method.Name == name && method.IsGenericMethodDefinition && method.GetParameters().Length == parameters)
            ?? throw new LambdaValidationException($"The Lambda serializer {type.FullName} has no generic method {name} with {parameters} parameters.");

        public override object? Read(ReadOnlyMemory<byte> json, Type type) =>
            deserialize.MakeGenericMethod(type).Invoke(serializer, [new MemoryStream(json.ToArray(), writable: false)]);

        public override void Write(object? value, Type type, Stream target) => serialize.MakeGenericMethod(type).Invoke(serializer, [value, target]);
    }
}

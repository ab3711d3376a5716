namespace SampleFunctions.Core;

/// <summary>As a package of AWS's brings them: Aloft's runtime knows their members by name only.</summary>
public interface ILambdaContext
{
    string AwsRequestId { get; }
    string FunctionName { get; }
    string FunctionVersion { get; }
    string InvokedFunctionArn { get; }
    int MemoryLimitInMB { get; }
    string LogGroupName { get; }
    string LogStreamName { get; }
    TimeSpan RemainingTime { get; }
    ILambdaLogger Logger { get; }
    ICognitoIdentity Identity { get; }
    IClientContext? ClientContext { get; }
    string Unheard { get; }
}

public interface ILambdaLogger
{
    void LogLine(string message);
    void Log(string message);
    void Log(string level, string message);
    void LogWarning(string message);
    void LogDebug(string message);
    void LogError(Exception exception, string message, params object[] arguments);
    void LogInformation(string message, params object[] arguments);
}

public interface ICognitoIdentity
{
    string? IdentityId { get; }
    string? IdentityPoolId { get; }
}

public interface IClientContext
{
    IDictionary<string, string> Environment { get; }
    IClientApplication Client { get; }
    IDictionary<string, string> Custom { get; }
}

public interface IClientApplication
{
    string? InstallationId { get; }
    string? AppTitle { get; }
    string? AppVersionName { get; }
}

public interface ILambdaSerializer
{
    T Deserialize<T>(Stream request);
    void Serialize<T>(T response, Stream target);
}

[AttributeUsage(AttributeTargets.Method | AttributeTargets.Assembly)]
public sealed class LambdaSerializerAttribute(Type serializerType) : Attribute
{
    public Type SerializerType { get; } = serializerType;
}

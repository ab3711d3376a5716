namespace Aloft.Client;

/// <summary>The node answered with an error of the API.</summary>
/// <param name="Code"><c>ResourceNotFoundException</c></param>
internal sealed class RequestRefused(string code, int httpStatus, string message)
    : CommandFailed(httpStatus is 401 or 403 ? Aloft.ExitCode.Unreachable : Aloft.ExitCode.Refused, $"{code}: {message}")
{
    public string Code { get; } = code;

    public int HttpStatus { get; } = httpStatus;

    public bool IsNotFound => Code == "ResourceNotFoundException";
}

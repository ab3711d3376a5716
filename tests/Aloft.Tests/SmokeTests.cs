namespace Aloft.Tests;
public class SmokeTests { [Fact] public void Builds() => Assert.True(typeof(Aloft.Wire.Arn).IsValueType); }
